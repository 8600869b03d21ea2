// Prints the nanoseconds of one start + join.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

static volatile int result;

static void one_by_one(int times) {
    for (int i = 0; i < times; ++i) {
        std::jthread thread([] { result = 1; });
    }
}

int main(int, char **arguments) {
    int times = std::atoi(arguments[1]);
    one_by_one(times / 4);
    auto before = std::chrono::steady_clock::now();
    one_by_one(times);
    std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - before;
    std::printf("%f\n", taken.count() / times);
}
