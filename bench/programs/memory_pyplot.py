# As memory.py, of a program that draws.
import matplotlib.pyplot
import memory
