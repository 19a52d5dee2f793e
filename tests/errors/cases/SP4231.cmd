weights SP4231.specc wrapped.pt
