check no_such_folder/resnet.specc
