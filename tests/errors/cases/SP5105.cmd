report zoo:lenet5 --arena
