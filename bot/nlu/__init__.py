"""Understanding: from a citizen's sentence to an intent, in one component of Rasa's pipeline."""
