/// The hot loops. As it is: timed by Google Benchmark, whose options it takes. Under callgrind with
/// --instr-atstart=no, and --counts: each is run once to warm up and once counted, and dumps its
/// counts under its name with its bytes (scripts/bench reads them).
#include <cstdio>
#include <string_view>

#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

#include "loops/loop.hpp"

namespace {

std::vector<bench::Loop> all_loops()
{
    auto loops = bench::bridged_loops();
    auto more = bench::loggerd_loops();
    loops.insert(loops.end(), more.begin(), more.end());
    return loops;
}

void count(const bench::Loop& loop)
{
    loop.turn();
    CALLGRIND_START_INSTRUMENTATION;
    loop.turn();
    CALLGRIND_STOP_INSTRUMENTATION;
    CALLGRIND_DUMP_STATS_AT(loop.name.c_str());
    std::printf("%s\t%zu\n", loop.name.c_str(), loop.bytes);
}

void time(const bench::Loop& loop)
{
    benchmark::RegisterBenchmark(loop.name.c_str(), [loop](benchmark::State& state) {
        for ([[maybe_unused]] auto turn : state) loop.turn();
        state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(loop.bytes));
    });
}

} // namespace

int main(int argc, char** argv)
{
    const bool counting = argc == 2 && std::string_view{argv[1]} == "--counts";
    for (const auto& loop : all_loops()) counting ? count(loop) : time(loop);
    if (counting) return 0;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
}
