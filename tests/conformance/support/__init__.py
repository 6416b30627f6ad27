"""What the conformance tests stand on: a server under test and the clients that drive it."""
