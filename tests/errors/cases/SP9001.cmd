check large.specc
