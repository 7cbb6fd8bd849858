"""The driver: answers orders of PROTOCOL.md by visits to callees."""
