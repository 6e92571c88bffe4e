module example.com/kiosk

go 1.24

require maragu.dev/gomponents v1.2.0
