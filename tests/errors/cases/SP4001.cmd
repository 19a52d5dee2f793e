check zoo:resnet50 -D dept=101
