/*
 * The cost of the operating system alone for an open loop: arrivals at an even rate over persistent connections, sent at most once per tick by
 * one thread that sleeps while it waits for responses. Only the lag of each arrival is recorded: one read is one response.
 *
 * paced PORT RATE SECONDS TICK_US CONNECTIONS
 * prints {"loadCpuMs", "lagP50", "lagP99"}, milliseconds, of the load without the start.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double cpu_ms(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return (r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e3 + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e3;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int opened(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int socket_ = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (socket_ < 0 || connect(socket_, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return socket_;
}

int main(int count, char **words) {
  if (count != 6) return 2;
  int port = atoi(words[1]), connections = atoi(words[5]);
  double interval = 1e6 / atof(words[2]), tick_us = atof(words[4]);
  long arrivals = atof(words[3]) * atof(words[2]);

  /* The kernel may otherwise wake a sleeper 50 us late, to do so for several at once. */
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  char request[100], response[65536];
  int length = snprintf(request, sizeof request, "GET / HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n\r\n", port);
  int epoll = epoll_create1(0), free_count = 0;
  int *free_ones = calloc(connections, sizeof *free_ones);
  struct epoll_event *events = calloc(connections, sizeof *events);
  double *lags = calloc(arrivals, sizeof *lags);
  for (; free_count < connections; free_count++) {
    int socket_ = free_ones[free_count] = opened(port);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = socket_};
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket_, &event);
  }

  double cpu = cpu_ms(), start = now_us(), next_tick = start;
  for (long sent = 0, done = 0; done < arrivals;) {
    if (now_us() >= next_tick) {
      for (double due; sent < arrivals && free_count > 0; sent++) {
        double now = now_us();
        if ((due = start + sent * interval) > now) break;
        lags[sent] = now - due;
        if (write(free_ones[--free_count], request, length) != length) fail("write");
      }
      double due = start + sent * interval, after = now_us() + tick_us;
      next_tick = due > after ? due : after;
    }
    double rest = next_tick - now_us();
    long rest_ns = rest > 0 ? rest * 1e3 : 0;
    struct timespec sleep = {rest_ns / 1000000000, rest_ns % 1000000000};
    int ready = epoll_pwait2(epoll, events, connections, &sleep, NULL);
    if (ready < 0) fail("epoll_pwait2");
    for (int i = 0; i < ready; i++) {
      if (read(events[i].data.fd, response, sizeof response) <= 0) fail("read");
      free_ones[free_count++] = events[i].data.fd;
      done++;
    }
  }
  cpu = cpu_ms() - cpu;
  qsort(lags, arrivals, sizeof *lags, by_size);
  printf("{\"loadCpuMs\": %.3f, \"lagP50\": %.3f, \"lagP99\": %.3f}\n", cpu, lags[arrivals / 2] / 1e3, lags[arrivals * 99 / 100] / 1e3);
  return 0;
}
