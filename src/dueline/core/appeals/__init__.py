"""Appeals without a database: their states, the levels a payer offers, letters and the facts they need."""
