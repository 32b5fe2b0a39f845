"""Defence programs, their contracts, and what happens to them."""
