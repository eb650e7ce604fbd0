// ns3_model WORKLOAD REQUESTS: the reference workloads on the event core of ns-3, with its priority-queue scheduler.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "ns3/core-module.h"

using namespace ns3;

static bool fleet;
static uint64_t left;
static uint64_t served, sum, errors;
static std::vector<std::deque<uint64_t>> servers;
static std::vector<uint64_t> buckets(35 << 7);
static std::mt19937_64 rng(1);
static std::exponential_distribution<double> unit(1.0);
static std::lognormal_distribution<double> law;
static std::uniform_real_distribution<double> part(0.0, 1.0);

static uint64_t Work() { return fleet ? uint64_t(law(rng) * 1e9) : uint64_t(unit(rng) * 1e6); }
static void Done(size_t server);
static void Begin(size_t server) { Simulator::Schedule(NanoSeconds(Work()), &Done, server); }

static void Done(size_t server)
{
    uint64_t nanos = Simulator::Now().GetNanoSeconds() - servers[server].front();
    servers[server].pop_front();
    served++;
    sum += nanos;
    errors += fleet && part(rng) < 0.001;
    unsigned shift = 63 - 7 - __builtin_clzll(nanos | 128);
    buckets[(size_t(shift) << 7) + (nanos >> shift)]++;
    if (!servers[server].empty()) Begin(server);
}

static void Arrive()
{
    size_t server = 0;
    if (fleet) {
        size_t first = rng() % servers.size(), other = rng() % (servers.size() - 1);
        size_t second = other + (other >= first);
        server = servers[second].size() < servers[first].size() ? second : first;
    }
    servers[server].push_back(Simulator::Now().GetNanoSeconds());
    if (servers[server].size() == 1) Begin(server);
    if (--left > 0) Simulator::Schedule(NanoSeconds(uint64_t(unit(rng) / (fleet ? 8000.0 : 900.0) * 1e9)), &Arrive);
}

int main(int argc, char** argv)
{
    fleet = argc > 1 && std::string(argv[1]) == "w2";
    left = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1000000;
    double variance = std::log(1 + 1.5 * 1.5);
    law = std::lognormal_distribution<double>(std::log(0.01) - variance / 2, std::sqrt(variance));
    servers.resize(fleet ? 100 : 1);
    ObjectFactory scheduler("ns3::PriorityQueueScheduler");
    Simulator::SetScheduler(scheduler);
    Simulator::Schedule(NanoSeconds(0), &Arrive);
    Simulator::Run();
    uint64_t below = 0, bucket = 0;
    while (below <= served * 99 / 100) below += buckets[bucket++];
    bucket--;
    uint64_t shift = (bucket >> 7) ? (bucket >> 7) - 1 : 0;
    std::printf("%.3f %.3f %llu\n", double(sum) / served / 1e6, double((bucket - (shift << 7)) << shift) / 1e6,
                (unsigned long long)served);
    Simulator::Destroy();
}
