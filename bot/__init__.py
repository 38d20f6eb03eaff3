"""The assistant's runtime: everything that knows Rasa lives here, and nowhere else."""
