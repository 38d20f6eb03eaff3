"""How well messages are understood: an exam that the training data never sees, read through the whole pipeline."""
