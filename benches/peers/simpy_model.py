"""simpy_model.py WORKLOAD REQUESTS: the reference workloads in SimPy, a process for each request and a resource for each server."""

import math
import random
import sys

import simpy

workload, requests = sys.argv[1], int(sys.argv[2])
is_fleet = workload == "w2"
count, rate = (100, 8000.0) if is_fleet else (1, 900.0)
sigma = math.sqrt(math.log(1 + 1.5**2))
mu = math.log(0.010) - sigma**2 / 2
rng = random.Random(1)
latencies, errors = [], 0


def request(env, server):
    global errors
    arrived = env.now
    with server.request() as turn:
        yield turn
        yield env.timeout(rng.lognormvariate(mu, sigma) if is_fleet else rng.expovariate(1000.0))
    latencies.append(env.now - arrived)
    errors += is_fleet and rng.random() < 0.001


def source(env, servers):
    for _ in range(requests):
        yield env.timeout(rng.expovariate(rate))
        server = servers[0]
        if is_fleet:
            first, second = rng.sample(servers, 2)
            load = [one.count + len(one.queue) for one in (first, second)]
            server = second if load[1] < load[0] else first
        env.process(request(env, server))


env = simpy.Environment()
env.process(source(env, [simpy.Resource(env, 1) for _ in range(count)]))
env.run()
latencies.sort()
print(f"{sum(latencies) / len(latencies) * 1e3:.3f} {latencies[int(len(latencies) * 0.99)] * 1e3:.3f} {len(latencies)}")
