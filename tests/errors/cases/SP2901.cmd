check zoo:resnet51
