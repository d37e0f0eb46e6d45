"""Backups that are tried: one folder each, restored and verified elsewhere before anybody needs them."""
