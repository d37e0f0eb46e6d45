"""Transactional outbox: what happened is written with the case, and the work that follows is done after the commit."""
