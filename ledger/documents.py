"""Documents: what is registered in a matter, sent on, marked secret or taken down (handlingar)."""
