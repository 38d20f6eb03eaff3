"""The embedded register as an Open311 server: GeoReport v2, for a town that has no endpoint of its own.

What is public, and what is not. The public sees that something was requested, where, when, and what became of it:
service, status, the staff's notes, address, position, dates. It never sees a citizen's words, answers, pictures,
reference or contact: people write names, illnesses and neighbours into a description, and nobody reads it before it
would be out. Whoever has a key that the town gave may also read the words and see the pictures, and may file requests.
Email, phone and name leave the register by no call at all.
"""
