"""Policies of Rasa's kind that are ours."""
