"""Start links: what `t.me/<bot>?start=…` tells about where a customer comes from."""
