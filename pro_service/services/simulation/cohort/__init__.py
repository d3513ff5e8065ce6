"""Who takes part in a virtual trial: how they live, feel, answer and text, all drawn from one seed."""
