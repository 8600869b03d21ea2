"""Every public name in Python's `threading`: functions, classes, their parameters and attributes.

    python3.13 tests/guide/python_names.py > tests/guide/python_names.txt

A test checks that each stands in the table of the guide's chapter "Coming from Python".
"""

import inspect
import threading

# A lock has no class to look at, and some attributes are made by `__init__`.
SAMPLES = {
    "Barrier": threading.Barrier(2),
    "Condition": threading.Condition(),
    "Lock": threading.Lock(),
    "RLock": threading.RLock(),
    "Semaphore": threading.Semaphore(),
    "Thread": threading.Thread(),
    "Timer": threading.Timer(1, print),
}
# Old names that work still, but do not stand in `__all__`, and the original hook.
MORE = ["activeCount", "currentThread", "__excepthook__"]

for name in sorted([*threading.__all__, *MORE]):
    print(name)
    value = getattr(threading, name)
    sample = SAMPLES.get(name, value)
    if name in SAMPLES or inspect.isclass(value):
        try:
            parameters = list(inspect.signature(value).parameters)
        except ValueError:
            parameters = []  # made in C
        for parameter in parameters:
            if parameter not in ("args", "kwargs") or name in ("Thread", "Timer"):
                print(f"{name}({parameter})")
        inherited = {a for base in type(sample).__mro__[1:] for a in dir(base)}
        if inspect.isclass(value):
            inherited |= {a for base in value.__mro__[1:] for a in dir(base)}
        for attribute in dir(sample):
            if not attribute.startswith(("_", "n_")) and attribute not in inherited or attribute == "n_waiting":
                print(f"{name}.{attribute}")
