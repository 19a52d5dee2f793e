check folder
