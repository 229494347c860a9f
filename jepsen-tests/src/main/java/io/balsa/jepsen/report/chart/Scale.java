package io.balsa.jepsen.report.chart;

import io.balsa.jepsen.report.markup.Text;
import java.util.ArrayList;
import java.util.List;

/** Values from the bottom of a chart to its top. */
sealed interface Scale {
  /** 0 at the bottom, 1 at the top. */
  double share(double value);

  /** The values that are marked. */
  List<Double> ticks();

  /** A value as people read it. */
  String label(double value);

  /** From 0 up, in equal steps: a rate. */
  record Linear(double step, int steps) implements Scale {
    private static final double[] NICE = {1, 2, 2.5, 5, 10};
    private static final int STEPS = 4;

    /** So that this value is on it. */
    static Linear upTo(double most) {
      double wanted = Math.max(most, 1) / STEPS;
      double power = Math.pow(10, Math.floor(Math.log10(wanted)));
      double step = power;
      for (int i = 0; step < wanted; i++) {
        step = NICE[i] * power;
      }
      return new Linear(step, (int) Math.max(1, Math.ceil(most / step)));
    }

    @Override
    public double share(double value) {
      return value / (step * steps);
    }

    @Override
    public List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (int i = 0; i <= steps; i++) {
        ticks.add(i * step);
      }
      return List.copyOf(ticks);
    }

    @Override
    public String label(double value) {
      return value == Math.rint(value) ? Text.count(Math.round(value)) : Text.rate(value);
    }
  }

  /** Whole powers of ten of nanoseconds: a latency. */
  record Logarithmic(int least, int most) implements Scale {
    /** So that both values are on it; both are above 0. */
    static Logarithmic of(long least, long most) {
      int bottom = (int) Math.floor(Math.log10((double) least));
      return new Logarithmic(bottom, Math.max(bottom + 1, (int) Math.ceil(Math.log10((double) most))));
    }

    @Override
    public double share(double value) {
      return (Math.log10(value) - least) / (most - least);
    }

    @Override
    public List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (int power = least; power <= most; power++) {
        ticks.add(Math.pow(10, power));
      }
      return List.copyOf(ticks);
    }

    @Override
    public String label(double value) {
      String text = Text.duration(Math.round(value));
      return text.replaceFirst("[.]0+ ", " ");
    }
  }
}
