# Thin aliases; start.py does the work and runs where there is no make.
.PHONY: start setup test
start:
	python3 start.py
setup:
	python3 start.py setup
test:
	python3 start.py test $(ARGS)
