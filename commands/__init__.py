"""The commands of `autorev`, one module per domain; `common` holds what they share."""
