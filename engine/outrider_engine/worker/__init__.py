"""What a worker process is made of: claim loops for each lane, leases, and the threads that keep them going."""
