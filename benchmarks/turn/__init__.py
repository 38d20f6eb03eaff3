"""How fast an assistant answers, and what it takes: stock Rasa and Townclerk, side by side in one run."""
