"""How well an assistant understands, and what that costs: our pipeline beside two of Rasa's, in one run."""
