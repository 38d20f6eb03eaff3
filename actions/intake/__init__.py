"""The interview that takes a report: plain Python that knows no Rasa, no network and no store."""
