"""Appeals of denials: letters with their facts, enclosures, approval, sending, and what the payer decided."""
