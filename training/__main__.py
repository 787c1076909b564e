"""`python -m training`: from ../shared/train to the weights that the bot ships."""

from training.commands import main

if __name__ == "__main__":
    main(prog_name="python -m training")
