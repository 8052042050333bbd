"""Training on the CPU with numbers of threads of its own, each in processes that were started with it."""
