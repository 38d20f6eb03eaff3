"""The directory of services and their places, in HSDS 3.0's words: kept in our database, filled from elsewhere."""
