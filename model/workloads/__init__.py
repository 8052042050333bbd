"""The workloads that come with the suite, each a module in the form that a user's own file has."""
