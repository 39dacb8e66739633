"""HTTP and names behind the egress policy: the guarded client and the guarded resolver."""
