"""The same requests of providers and strangers, to our channels and to Rasa's own."""
