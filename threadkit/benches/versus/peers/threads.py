# Prints the nanoseconds of one start + join.
import sys
import threading
import time


def one_by_one(times):
    for _ in range(times):
        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()


times = int(sys.argv[1])
one_by_one(times // 4)
before = time.perf_counter_ns()
one_by_one(times)
print((time.perf_counter_ns() - before) / times)
