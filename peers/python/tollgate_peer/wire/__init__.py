"""What carries calls, shared by several transports."""
