module example.com/shop

go 1.24

require github.com/a-h/templ v0.3.977
