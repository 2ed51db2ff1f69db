"""Run by Locust: one user is one connection that sends its next request after each response."""
import os

from locust import FastHttpUser, task


class User(FastHttpUser):
    insecure = True

    @task
    def send(self):
        if os.environ["METHOD"] == "POST":
            self.client.post("/", data=os.environ["BODY"], headers={"Content-Type": "application/json"})
        else:
            self.client.get("/")
