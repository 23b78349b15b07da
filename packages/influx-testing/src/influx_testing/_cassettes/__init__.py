"""Records the requests and responses of a real server, and replays them."""
