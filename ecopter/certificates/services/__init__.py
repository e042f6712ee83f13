"""What is done with papers: issuing, printing, revoking, issuing anew."""
