"""What people do: decisions kept in the suite's own log, and the few columns of AutoRev's database that follow them."""
