"""Run by Locust: one user is one connection that asks again as soon as it has its answer."""
import os

from locust import FastHttpUser, task


class User(FastHttpUser):
    insecure = True

    @task
    def ask(self):
        if os.environ["METHOD"] == "POST":
            self.client.post("/", data=os.environ["BODY"], headers={"Content-Type": "application/json"})
        else:
            self.client.get("/")
